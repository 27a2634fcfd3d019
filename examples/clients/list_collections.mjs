#!/usr/bin/env node
/*
 * List the collections that you may read. Node alone, no package of others.
 *
 *     list_collections.mjs HOST PORT CA CERTIFICATE KEY
 *
 * Signs in with a client certificate (SASL EXTERNAL) over TLS 1.3. The wire is
 * JSON-RPC 2.0, one value a line; smsprovider-rpc(7) has the methods.
 */
import fs from "node:fs";
import readline from "node:readline";
import tls from "node:tls";

const PAGE = 500;
const TIMEOUT_MS = 30000;

function connect(host, port, ca, cert, key) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      host,
      port,
      servername: host,
      ca: fs.readFileSync(ca),
      cert: fs.readFileSync(cert),
      key: fs.readFileSync(key),
      minVersion: "TLSv1.3",
      ALPNProtocols: ["smsprovider/1"],
    }, () => resolve(socket));
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error("no answer")));
    socket.once("error", reject);
  });
}

/* One connection: a line out, a line in. */
class Provider {
  constructor(socket) {
    this.socket = socket;
    this.lines = readline.createInterface({ input: socket })[
      Symbol.asyncIterator]();
    this.lastId = 0;
    socket.on("error", (why) => (this.why = why));
  }

  async call(method, params) {
    const id = ++this.lastId;
    this.socket.write(JSON.stringify({ jsonrpc: "2.0", id, method, params }) +
                      "\n");
    const { value, done } = await this.lines.next();
    if (done) throw this.why ?? new Error("The provider closed the connection.");
    const answer = JSON.parse(value);
    if (answer.error) {
      throw new Error(`${answer.error.message} [${answer.error.data?.reason}]`);
    }
    if (answer.id !== id) throw new Error("The provider answers something else.");
    return answer.result;
  }
}

async function* collections(provider) {
  const params = { class: "SMS_Collection", limit: PAGE };
  do {
    const page = await provider.call("object.list", params);
    yield* page.items;
    params.after = page.next;
  } while (params.after);
}

/* Names come from others: nothing in them may steer the terminal. */
function printable(value) {
  return String(value).replace(/[\p{C}\p{Zl}\p{Zp}]/gu,
    (c) => `\\u{${c.codePointAt(0).toString(16)}}`);
}

async function main([host, port, ca, cert, key]) {
  if (!key) throw new Error("usage: HOST PORT CA CERTIFICATE KEY");
  const provider = new Provider(await connect(host, port, ca, cert, key));
  await provider.call("auth.start", { mechanism: "EXTERNAL", data: "" });
  for await (const item of collections(provider)) {
    console.log(`${printable(item.CollectionID)}\t${printable(item.Name)}`);
  }
  provider.socket.end();
}

main(process.argv.slice(2)).catch((why) => {
  console.error(`list_collections: ${why.message}`);
  process.exitCode = 1;
});
