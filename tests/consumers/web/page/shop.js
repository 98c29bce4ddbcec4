// A small web shop: sign up, look around, order, watch it happen, give it back.

import { Api, Problem } from "./api.js";

const PATIENCE_MS = 1000; // how long an order may take before it is watched instead
const SIGN_UP_STATES = {
  checking: "We are checking what you told us …",
  review: "In review: a person has a look at it. This page waits with you.",
  completed: "Welcome!",
  rejected: "We cannot take you on.",
  failed: "That did not work; nothing was kept.",
  attention: "We have to finish this by hand.",
};

const $ = (selector) => document.querySelector(selector);
const cart = new Map(); // sku -> quantity
const names = new Map(); // sku -> what it is called
let api, order, orderKey;

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

const money = ({ amount, currency }) =>
  new Intl.NumberFormat("en", { style: "currency", currency }).format(amount);

// Whatever the API refuses is said, in its own words.
async function telling(action) {
  $("#problem").hidden = true;
  try {
    await action();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    $("#problem").textContent = problem.message;
    $("#problem").hidden = false;
  }
}

// The shop's own site knows who is signed in, as an identity provider would.
async function enter(who) {
  const session = await (await fetch(`session?as=${encodeURIComponent(who)}`)).json();
  api = new Api(session.api, session.token);
}

async function showCatalogue() {
  const { body } = await api.get("/products?currency=EUR&limit=8");
  const [missing] = body.degraded;
  $("#degraded").hidden = !missing;
  $("#degraded").textContent = missing && `No ${missing.part} at the moment (${missing.source}: ${missing.reason}).`;
  for (const { sku, name } of body.items) names.set(sku, name);
  $("#catalogue ul").replaceChildren(...body.items.map(productRow));
}

function productRow({ sku, name, price, available }) {
  const stock = available === undefined ? "stock unknown" : available ? `${available} in stock` : "sold out";
  const add = element("button", { textContent: "Add", disabled: !price || available === 0 });
  add.dataset.sku = sku;
  add.onclick = () => telling(() => addToCart(sku));
  return element(
    "li", {},
    element("span", { textContent: name }),
    element("span", { className: "stock", textContent: stock }),
    element("span", { className: "price", textContent: price ? money(price) : "—" }),
    add,
  );
}

const cartLines = () => [...cart].map(([sku, quantity]) => ({ sku, quantity }));

async function addToCart(sku) {
  cart.set(sku, (cart.get(sku) ?? 0) + 1);
  orderKey = crypto.randomUUID();
  await showCart();
}

async function showCart() {
  const lines = cartLines();
  const checked = lines.length && (await api.call("POST", "/cart/availability", { body: { currency: "EUR", lines } })).body;
  $("#cart table").replaceChildren(...(checked.lines ?? []).map(({ sku, quantity, total, sufficient }) =>
    element(
      "tr", {},
      element("td", { textContent: `${quantity} × ${names.get(sku)}${sufficient === false ? " (not enough)" : ""}` }),
      element("td", { textContent: total ? money(total) : "—" }),
    )));
  $("#total").textContent = checked.total ? money(checked.total) : "";
  $("#order").disabled = !checked || checked.complete === false || $("#who").dataset.customer === undefined;
}

async function signUp(form) {
  const { name, email, ...address } = Object.fromEntries(new FormData(form));
  const { body, location } = await api.make("/sign-ups", crypto.randomUUID(), { kind: "person", name, email, address });
  const seen = ({ status }) => ($("#sign-up-state").textContent = SIGN_UP_STATES[status]);
  seen(body);
  form.hidden = true;
  const ended = await api.until(location, ({ status }) => !["checking", "review"].includes(status), seen);
  if (ended.customerId) await signIn(ended.customerId);
}

async function signIn(customerId) {
  await enter(customerId);
  const { body } = await api.get("/account");
  $("#who").textContent = body.profile?.value.name ?? customerId;
  $("#who").dataset.customer = customerId;
  $("#sign-up").hidden = true;
  await showCatalogue();
  await showCart();
}

async function placeOrder() {
  const body = { currency: "EUR", lines: cartLines(), payment: { token: "pm_card_visa" } };
  const made = await api.make("/checkout", orderKey, body, { patience: PATIENCE_MS });
  cart.clear();
  await showCart();
  showOrder(made.body);
  await watch();
  if (order.status === "placed") await showInvoice();
}

// Until it is at rest: what happens meanwhile is told by the server.
async function watch() {
  for await (const now of api.follow(order.links.events)) showOrder(now);
  await showCatalogue();
}

async function showInvoice() {
  const { body } = await api.get(`${order.links.self}/invoice`);
  $("#invoice").textContent = `Invoice ${body.number}, ${body.status}; tax ${money(body.tax)}`;
}

function showOrder(now) {
  order = now;
  $("#current").hidden = false;
  $("#order-id").textContent = order.id;
  $("#status").textContent = order.status;
  $("#paid").textContent = order.total ? money(order.total) : "";
  $("#give-back").hidden = !(order.atRest && order.status === "placed");
  $("#history").replaceChildren(...order.history.map(({ at, what }) =>
    element("li", { textContent: what }, element("time", { textContent: new Date(at).toLocaleTimeString("en") }))));
}

async function giveBack() {
  const path = `${order.links.self}/returns`;
  const { location } = await api.make(path, crypto.randomUUID(), { reason: "changed my mind" });
  const back = await api.until(location, ({ status }) => status !== "returning");
  await watch();
  $("#paid").textContent = back.refund ? `${money(back.refund)} given back` : back.failure;
}

$("#sign-up form").onsubmit = (event) => {
  event.preventDefault();
  telling(() => signUp(event.target));
};
$("#order").onclick = () => telling(placeOrder);
$("#give-back").onclick = () => telling(giveBack);

telling(async () => {
  await enter("newcomer");
  await showCatalogue();
});
