// The web API as a page uses it: problems, answers that come later, and events that go on.

const PREFIX = "/experience/web/v1";
const POLL_MS = 500;
const AGAIN_MS = 1000; // between the end of a stream and asking for the rest of it

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Problem extends Error {
  constructor(document) {
    super(document.detail ?? document.title);
    this.document = document;
    this.kind = document.type.split(":").at(-1);
  }
}

export class Api {
  constructor(server, token) {
    this.server = server;
    this.token = token;
  }

  // `path` is below the API, or a link out of one of its answers.
  async call(method, path, { body, headers = {} } = {}) {
    const reply = await this.#fetch(path, {
      method,
      headers: { ...headers, ...(body && { "content-type": "application/json" }) },
      body: body && JSON.stringify(body),
    });
    return { body: await reply.json(), status: reply.status, location: reply.headers.get("location") };
  }

  get(path) {
    return this.call("GET", path);
  }

  // One key, one effect: whoever sends it twice is led to the one there is. `patience` in milliseconds.
  async make(path, key, body, { patience } = {}) {
    const headers = { "idempotency-key": key, ...(patience && { "x-request-timeout-ms": patience }) };
    try {
      return await this.call("POST", path, { body, headers });
    } catch (problem) {
      if (problem.kind !== "request-in-progress") throw problem;
      const location = problem.document.instance;
      return { ...(await this.get(location)), status: 202, location };
    }
  }

  async until(path, done, seen) {
    for (;;) {
      const { body } = await this.get(path);
      seen?.(body);
      if (done(body)) return body;
      await pause(POLL_MS);
    }
  }

  // EventSource sends no token, so the stream is read here; one that ends or breaks is taken up again.
  async *follow(path) {
    for (let last = {}; ; await pause(AGAIN_MS)) {
      try {
        const reply = await this.#fetch(path, { headers: last });
        for await (const { id, data } of events(reply.body)) {
          last = { "last-event-id": id };
          yield data;
          if (data.atRest) return;
        }
      } catch (broken) {
        if (!(broken instanceof TypeError)) throw broken;
      }
    }
  }

  async #fetch(path, options) {
    const url = this.server + (path.startsWith(PREFIX) ? path : PREFIX + path);
    const headers = { ...options.headers, authorization: `Bearer ${this.token}` };
    const reply = await fetch(url, { ...options, headers });
    if (!reply.ok) throw new Problem(await reply.json());
    return reply;
  }
}

// The blocks of a text/event-stream that have data; a line that begins with a colon says nothing.
async function* events(stream) {
  let text = "";
  for await (const part of chunks(stream.pipeThrough(new TextDecoderStream()).getReader())) {
    const blocks = (text + part).split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const field = (name) => block.match(new RegExp(`^${name}: (.*)$`, "m"))?.[1];
      if (field("data")) yield { id: field("id"), data: JSON.parse(field("data")) };
    }
  }
}

async function* chunks(reader) {
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}
