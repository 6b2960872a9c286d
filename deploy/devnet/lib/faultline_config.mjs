// SPDX-License-Identifier: Apache-2.0

/**
 * A configuration of Faultline for this market, which is the manifest's `aave_v3`, or for the one whose
 * lines `section` has. `wsUrl` may differ from the node's own, for a proxy in between. The overrides
 * `endpoint` and `receiver` are further fields, as text that begins with a comma; `chain` holds further
 * lines of the chain's section, `receivers` entries that stand instead of the sink's.
 */
export function faultlineConfig({market, section = aaveSection(market), wsUrl, chainId, storeDir, apiListen, sinkUrl, overrides = {}}) {
    const {pollInterval = '500ms', maxHeadAge = '5m', rule = {}, receiver = '', endpoint = '', chain = '', logLevel = 'info', receivers} = overrides;
    const told = receivers ?? [`{name: sink, kind: webhook, url: "${sinkUrl}", allow_private: true${receiver}}`];
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
${section}rules:
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
${told.map((entry) => `  - ${entry}\n`).join('')}`;
}

/** The lines of a chain's section that are an Aave market. */
export function aaveSection(market) {
    const {addresses_provider, pool, configurator, oracle} = market;
    return marketSection('aave_v3', {addresses_provider, pool, configurator, oracle}, market.deployed_at);
}

/** Those of a market with these contracts; `deployedAt` undefined where its first block is not known. */
export function marketSection(protocol, contracts, deployedAt) {
    const lines = Object.entries(contracts).map(([name, address]) => `        ${name}: "${address}"\n`);
    const deployed = deployedAt === undefined ? '' : `        deployed_at: ${deployedAt}\n`;
    return `    ${protocol}:\n      - name: devnet\n${lines.join('')}${deployed}`;
}
