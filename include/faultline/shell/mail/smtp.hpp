// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/net/http.hpp>
#include <faultline/shell/runtime/workers.hpp>

#include <memory>
#include <string>

namespace faultline::mail {

struct SmtpOptions {
    /// PEM file of the only authorities to trust; empty: the system's, or that of SSL_CERT_FILE.
    std::string ca_file;
};

/// Carries requests whose URL is smtp (STARTTLS is required) or smtps: the headers From (one) and
/// To name the envelope's addresses, the body is the whole mail, user and password are the URL's
/// user info. The status of an answer is the server's last reply code, 250 when it took the mail,
/// with a header Turned-Away for each recipient that it takes none for (5xx). Where it takes none
/// for one of them now (4xx) nobody gets it, and that is the status, with a header Put-Off for the
/// address; unless a header Leave-Behind of the request names it: then the others get it, and so
/// is said of it. Errors are kTransient, or
/// kInvalid where only a person can help (no STARTTLS, an address that is not public); none holds a
/// secret.
///
/// The certificate is checked against the trust store and the host name. Each mail is a connection
/// of its own and occupies one of the workers until its deadline at most; an await that is
/// cancelled ends with it. Thread: loop.
/// @pre `workers` outlives it and has threads of its own: they block
std::unique_ptr<net::HttpClient> make_smtp_client(
    runtime::Workers& workers, SmtpOptions options = {}
);

}  // namespace faultline::mail
