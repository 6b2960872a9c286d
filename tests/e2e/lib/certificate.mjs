// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import {execFileSync} from 'node:child_process';

/** A certificate for localhost that nobody trusts who is not told to: {certFile, keyFile, cert, key}. */
export function makeCertificate(directory) {
    const certFile = path.join(directory, 'localhost.pem');
    const keyFile = path.join(directory, 'localhost.key');
    execFileSync('openssl', [
        'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost',
        '-keyout', keyFile, '-out', certFile,
    ], {stdio: 'ignore'});
    return {certFile, keyFile, cert: fs.readFileSync(certFile), key: fs.readFileSync(keyFile)};
}
