"""An object store that speaks enough of S3 and does not keep what it promises: the probe at start must refuse it.

    lying_s3.py PORT              ignores `If-None-Match`
    lying_s3.py PORT careless     keeps it, but for objects that several create at once: the probe's "contended"
"""

import http.server
import sys
import urllib.parse
from xml.sax.saxutils import escape


class Liar(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    objects = {}
    is_careless = False

    def answer(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_PUT(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.is_careless and "If-None-Match" in self.headers:
            # Of several at once each has looked before the first has written.
            if self.path in self.objects and not self.path.endswith("/contended"):
                return self.answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
        self.objects[self.path] = body
        self.answer(200)

    def do_DELETE(self):
        self.objects.pop(self.path, None)
        self.answer(204)

    def do_GET(self):
        path, _, query = self.path.partition("?")
        parameters = dict(urllib.parse.parse_qsl(query))
        if "list-type" in parameters:
            return self.list(path + "/", parameters)
        if path not in self.objects:
            return self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        self.answer(200, self.objects[path])

    do_HEAD = do_GET

    def list(self, bucket, parameters):
        keys = sorted(path[len(bucket):] for path in self.objects if path.startswith(bucket))
        prefix, after = parameters.get("prefix", ""), parameters.get("start-after", "")
        contents = "".join(
            f"<Contents><Key>{escape(key)}</Key></Contents>"
            for key in keys if key.startswith(prefix) and key > after)
        self.answer(200, (
            "<ListBucketResult><IsTruncated>false</IsTruncated>"
            f"{contents}</ListBucketResult>").encode())

    def log_message(self, *arguments):
        pass


if __name__ == "__main__":
    Liar.is_careless = "careless" in sys.argv
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Liar).serve_forever()
