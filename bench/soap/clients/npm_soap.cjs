// npm's `soap` as its manual has it, on connections kept alive: the same commands as child.py.
const http = require("node:http");
const readline = require("node:readline");
const axios = require("axios");
const soap = require("soap");

const [, , baseUrl, wsdl] = process.argv;
const CALLERS = 16;
const QUESTION = {
  Number: "4500000001", Currency: "EUR", PricesOn: "2026-11-20", WithLines: true,
};

async function batch(client, calls) {
  let left = calls;
  let last;
  const caller = async () => {
    while (left-- > 0) [last] = await client.GetOrderAsync(QUESTION);
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return last.Order;
}

function understood(order) {
  const lines = [].concat(order.Line); // a single one is no list
  const sum = (name) => lines.reduce((total, line) => total + Number(line[name]), 0);
  return {
    lines: lines.length,
    quantity: sum("Quantity"),
    amount: sum("Amount").toFixed(2),
    total: Number(order.Total).toFixed(2),
    confirmed: lines.filter((line) => line.Confirmed === true).length,
    last: new Date(lines.at(-1).DeliverOn).toISOString().slice(0, 10),
    changed: new Date(order.ChangedAt).toISOString().slice(11, 19),
    name: order.Customer.Name,
    city: order.Customer.ShipTo.City,
  };
}

async function main() {
  const request = axios.create({ httpAgent: new http.Agent({ keepAlive: true }) });
  const client = await soap.createClientAsync(wsdl, { request });
  for await (const command of readline.createInterface({ input: process.stdin })) {
    const [size, calls] = command.split(" ");
    client.setEndpoint(`${baseUrl}/${size}`);
    await batch(client, CALLERS); // connections that idled too long are opened again
    const started = process.cpuUsage();
    const order = await batch(client, Number(calls));
    const { user, system } = process.cpuUsage(started);
    console.log(JSON.stringify({
      cpu_us: (user + system) / Number(calls), understood: understood(order),
    }));
  }
}

main();
