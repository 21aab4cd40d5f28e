"""A Realtime client of the Python standard library alone: asks a question and prints the answer as JSON."""
import base64, json, os, socket, ssl, struct, sys
from urllib.parse import urlsplit


def connect(url, key):
    parts = urlsplit(url)
    line = socket.create_connection((parts.hostname, parts.port), timeout=20)
    if parts.scheme == "wss":
        line = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"]).wrap_socket(line, server_hostname=parts.hostname)
    nonce = base64.b64encode(os.urandom(16)).decode()
    head = [f"GET {parts.path}?{parts.query} HTTP/1.1", f"Host: {parts.netloc}", "Upgrade: websocket", "Connection: Upgrade",
            f"Sec-WebSocket-Key: {nonce}", "Sec-WebSocket-Version: 13", f"Authorization: Bearer {key}", "", ""]
    line.sendall("\r\n".join(head).encode())
    stream = line.makefile("rb")
    status = stream.readline()
    assert b" 101 " in status, status
    while stream.readline() != b"\r\n":
        pass
    return line, stream


def send(line, event):
    data, mask = json.dumps(event).encode(), os.urandom(4)
    size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack(">H", len(data))
    line.sendall(b"\x81" + size + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(data)))


def receive(stream):
    size = stream.read(2)[1]
    if size >= 126:
        size = int.from_bytes(stream.read(2 if size == 126 else 8), "big")
    return json.loads(stream.read(size))


def until(stream, kind):
    while (event := receive(stream))["type"] != kind:
        pass
    return event


line, stream = connect(sys.argv[1] + "?model=gpt-realtime", "sk-test")
until(stream, "session.created")
content = [{"type": "input_text", "text": sys.argv[2]}]
send(line, {"type": "conversation.item.create", "item": {"type": "message", "role": "user", "content": content}})
send(line, {"type": "response.create", "response": {"output_modalities": ["text"]}})
print(json.dumps(until(stream, "response.done")["response"]["output"][0]["content"][0]["text"]))
