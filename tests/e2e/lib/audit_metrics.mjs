// SPDX-License-Identifier: Apache-2.0
import {sleep} from '../../../deploy/devnet/lib/process.mjs';

/** What /metrics says of audits: by result, and the mismatches. */
export async function audits(daemon) {
    const text = await (await fetch(`${daemon.api}/metrics`)).text();
    const value = (pattern) => Number(new RegExp(`^${pattern} ([0-9.e+]+)$`, 'm').exec(text)?.[1]);
    const labels = 'chain="devnet",market="devnet"';
    return {
        ...Object.fromEntries(['equal', 'mismatch', 'failed', 'skipped'].map((result) =>
            [result, value(`faultline_audit_checks_total\\{${labels},result="${result}"\\}`)])),
        mismatches: value(`faultline_audit_mismatches_total\\{${labels}\\}`),
        lastSuccess: value(`faultline_audit_last_success_timestamp_seconds\\{${labels}\\}`),
    };
}

/** Blocks, each of which is seen at the tip, until so many views were found equal: what is final is asked every few seconds. */
export async function auditUntil(devnet, daemon, resource, equal) {
    return daemon.waitFor(`${equal} audited views`, async () => {
        await devnet.workload.step();
        await daemon.reportAt(devnet.chain.headHash, resource);
        const found = await audits(daemon);
        return found.equal >= equal ? found : await sleep(100);
    });
}
