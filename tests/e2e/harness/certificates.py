"""A certificate authority of a test's own, by openssl."""

import pathlib
import subprocess


class Authority:
    """@param folder where its files go; ca.crt is what clients need"""

    def __init__(self, folder, name="test-ca"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                      "-keyout", "ca.key", "-out", "ca.crt")

    def _openssl(self, *arguments):
        subprocess.run(["openssl", *map(str, arguments)], cwd=self.folder, check=True, capture_output=True)

    @property
    def pem(self):
        return (self.folder / "ca.crt").read_text()

    def serve(self, name, alternatives="IP:127.0.0.1,DNS:localhost"):
        """A server's certificate in NAME.crt and NAME.key. @return (certificate, key) as text"""
        self._openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}",
                      "-keyout", f"{name}.key", "-out", f"{name}.csr")
        (self.folder / f"{name}.ext").write_text(
            f"subjectAltName={alternatives}\nextendedKeyUsage=serverAuth\n")
        self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                      "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.crt")
        return (self.folder / f"{name}.crt").read_text(), (self.folder / f"{name}.key").read_text()
