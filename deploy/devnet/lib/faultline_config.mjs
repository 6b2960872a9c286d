// SPDX-License-Identifier: Apache-2.0

/**
 * A configuration of Faultline for this market, which is the manifest's `aave_v3`. `wsUrl` may
 * differ from the node's own, for a proxy in between. The overrides `endpoint` and `receiver` are
 * further fields, as text that begins with a comma; `chain` holds further lines of the chain's section.
 */
export function faultlineConfig({market, wsUrl, chainId, storeDir, apiListen, sinkUrl, overrides = {}}) {
    const {pollInterval = '500ms', maxHeadAge = '5m', rule = {}, receiver = '', endpoint = '', chain = '', logLevel = 'info'} = overrides;
    const {below = '1.05', resolveAt = '1.08', forBlocks = 2, minDebt = 10, accounts = [], waitFor = 'latest'} = rule;
    return `store: {path: ${JSON.stringify(storeDir)}}
api: {listen: "${apiListen}"}
log: {level: ${logLevel}, format: text}
chains:
  - name: devnet
    chain_id: ${chainId}
    endpoints: [{name: anvil, url: "${wsUrl}"${endpoint}}]
    start_block: 0
    poll_interval: ${pollInterval}
    max_head_age: ${maxHeadAge}${chain}
    aave_v3:
      - name: devnet
        addresses_provider: "${market.addresses_provider}"
        pool: "${market.pool}"
        configurator: "${market.configurator}"
        oracle: "${market.oracle}"
        deployed_at: ${market.deployed_at}
rules:
  - name: low_health_factor
    kind: health_factor
    severity: critical
    below: ${below}
    resolve_at: ${resolveAt}
    for_blocks: ${forBlocks}
    min_debt: ${minDebt}
    wait_for: ${waitFor}
    accounts: ${JSON.stringify(accounts)}
receivers:
  - {name: sink, kind: webhook, url: "${sinkUrl}"${receiver}}
`;
}
