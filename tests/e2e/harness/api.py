"""A thin client of the API server, for what tests look at often: kubectl takes a fifth of a second a call."""

import http.client
import json
import ssl


class ApiError(AssertionError):
    def __init__(self, status, body):
        super().__init__(f"HTTP {status}: {body[:500]}")
        self.status = status


class Api:
    def __init__(self, port, ca_file, token):
        self._port = port
        self._tls = ssl.create_default_context(cafile=str(ca_file))
        self._token = token

    def request(self, method, path, body=None, content_type="application/json", timeout=15):
        connection = http.client.HTTPSConnection("127.0.0.1", self._port, context=self._tls, timeout=timeout)
        try:
            headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
            data = None
            if body is not None:
                data = json.dumps(body)
                headers["Content-Type"] = content_type
            connection.request(method, path, data, headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        if response.status >= 300:
            raise ApiError(response.status, text)
        return json.loads(text) if text.startswith("{") else text

    def get(self, path):
        return self.request("GET", path)

    def merge(self, path, patch):
        """JSON merge patch."""
        return self.request("PATCH", path, patch, "application/merge-patch+json")

    def delete(self, path):
        return self.request("DELETE", path)

    def create(self, path, body):
        return self.request("POST", path, body)
