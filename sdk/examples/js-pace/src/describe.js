// What the plugin says of itself. The host checks configurations and actions against these schemas before it calls.

import { NOTHING, PACES } from "./rules.js";
import { LANGUAGES } from "./texts.js";

const words = [...PACES, NOTHING];

/** @param {object} schema */
const schema = (schema) => JSON.stringify({ $schema: "https://json-schema.org/draft/2020-12/schema", ...schema });

/** @param {Record<string, object>} properties */
const object = (properties) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

const translations = Object.entries(LANGUAGES).map(([language, its]) => ({
  language,
  title: its.title,
  summary: its.summary,
  labels: [{ pointer: "/properties/topic", title: its.topic, help: its.topicHelp }],
}));

/** @returns {import("hezi:activity/types@0.1.0").Description} */
export const describe = () => ({
  name: "pace",
  version: "0.1.0",
  translations,
  configSchema: schema(object({ topic: { type: "string", minLength: 1, maxLength: 200 } })),
  actionSchema: schema(object({ say: { enum: words } })),
  replySchema: schema(object({ said: { enum: words } })),
  // It emits nothing.
  eventSchema: schema({ not: {} }),
  stateVersion: 1,
  // Nothing here hangs on who somebody is.
  allowsAnonymous: true,
});
