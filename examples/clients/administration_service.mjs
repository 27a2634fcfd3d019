#!/usr/bin/env node
// The administration service by Node, with a client certificate: a query, and
// why another user may not do what is asked.
//
//   administration_service.mjs https://provider.example.com ca.pem alice.pem alice.key USER
import fs from 'node:fs';
import https from 'node:https';

const [provider, ca, cert, key, user] = process.argv.slice(2);
const agent = new https.Agent({
  ca: fs.readFileSync(ca),
  cert: fs.readFileSync(cert),
  key: fs.readFileSync(key),
  keepAlive: true,
});

function ask(method, path, body) {
  return new Promise((resolve, reject) => {
    const request = https.request(new URL(path, provider), {
      agent, method, headers: { 'Content-Type': 'application/json' },
    }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => {
        const said = JSON.parse(Buffer.concat(parts).toString());
        if (answer.statusCode < 300) resolve(said);
        else reject(new Error(`${answer.statusCode}: ${said.error.message}`));
      });
    });
    request.on('error', reject);
    request.end(body && JSON.stringify(body));
  });
}

const wql = encodeURIComponent('SELECT Name FROM SMS_Collection ORDER BY Name');
const { value } = await ask('GET', `/AdminService/wmi/$query?wql=${wql}`);
for (const { Name } of value) console.log(Name);

const { decision, context } = await ask('POST', '/access/v1/evaluation', {
  subject: { type: 'user', id: user },
  action: { name: 'Delete' },
  resource: { type: 'SMS_Collection', id: 'SMS00001' },
});
console.log(`Delete by ${user}: ${decision} (${context.reason})`);
agent.destroy();
