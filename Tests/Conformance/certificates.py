"""An authority, and certificates of it for a server and a client, made anew for each run."""

import ssl
import subprocess


def openssl(*arguments, cwd):
    done = subprocess.run(["openssl", *arguments], cwd=cwd, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


class Certificates:
    def __init__(self, folder):
        self.folder = folder
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
        openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=conformance", cwd=folder)
        for name, alternative in (("server", "IP:127.0.0.1,DNS:localhost"), ("client", "DNS:client.test")):
            openssl("req", "-x509", *key, "-CA", "ca.pem", "-CAkey", "ca.key", "-keyout", f"{name}.key",
                    "-out", f"{name}.pem", "-subj", f"/CN={name}", "-addext", f"subjectAltName={alternative}",
                    "-addext", "basicConstraints=critical,CA:FALSE", cwd=folder)

    def path(self, name):
        return str(self.folder / name)

    def context(self, role):
        """For Python's side of a mutual TLS connection, HTTP/2 by ALPN."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if role == "server" else ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.path("ca.pem"))
        context.load_cert_chain(self.path(f"{role}.pem"), self.path(f"{role}.key"))
        context.verify_mode = ssl.CERT_REQUIRED
        context.set_alpn_protocols(["h2"])
        return context
