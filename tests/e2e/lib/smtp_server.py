# SPDX-License-Identifier: Apache-2.0
"""An SMTP server that wants STARTTLS and a login, and writes each mail as a line of JSON.

usage: smtp_server.py CERTIFICATE KEY PORT [REPLY...]. Says first that it is ready. The first mails get these replies instead.
Nobody is known whose name begins with nobody; mailboxes whose names begin with full never take anything for now; the first time that one is asked for whose name begins with busy, that is refused for now.
"""
import email
import email.policy
import json
import ssl
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Handler:
    replies = sys.argv[4:]
    busy = True

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 no such mailbox"
        if address.startswith("full"):
            return "452 no room now"
        if address.startswith("busy") and self.busy:
            self.busy = False
            return "450 later"
        envelope.rcpt_tos.append(address)
        return "250 known"

    async def handle_DATA(self, server, session, envelope):
        if self.replies:
            return self.replies.pop(0)
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        print(json.dumps({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None,
            "subject": str(mail["subject"]),
            "key": str(mail["x-faultline-key"]),
            "id": str(mail["message-id"]),
            "text": mail.get_content(),
        }), flush=True)
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    known = data.login == b"me" and data.password == b"hunter2:@"
    return AuthResult(success=known)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
controller = Controller(
    Handler(), hostname="127.0.0.1", port=int(sys.argv[3]), tls_context=context, require_starttls=True,
    authenticator=authenticate, auth_required=True,
)
controller.start()
print("ready", flush=True)
while True:
    time.sleep(3600)
