// Shows /api/openapi.json. Every text goes in as text, never as markup.
const METHODS = ["get", "post", "put", "patch", "delete"];

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== undefined && child !== ""));
  return made;
}

function resolve(api, schema, depth = 0) {
  if (!schema || depth > 6) return schema;
  if (schema.$ref) return resolve(api, api.components.schemas[schema.$ref.split("/").pop()], depth + 1);
  return schema;
}

function typeOf(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  const choices = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  if (choices) return choices.map(typeOf).join(" | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.items) return `${typeOf(schema.items)}[]`;
  const type = [schema.type ?? "any"].flat().join(" | ");
  return schema.format ? `${type} (${schema.format})` : type;
}

function table(caption, heads, rows) {
  if (rows.length === 0) return "";
  const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
  const body = rows.map((row) => element("tr", {}, ...row.map((cell) => element("td", {}, cell ?? ""))));
  const grid = element("table", {}, element("caption", { hidden: "" }, caption), element("thead", {}, head), element("tbody", {}, ...body));
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, grid);
}

const code = (text) => element("code", {}, text);

function fields(api, caption, schema) {
  const known = resolve(api, schema);
  const rows = Object.entries(known?.properties ?? {}).map(([name, field]) => [
    code(name), code(typeOf(field)), known.required?.includes(name) ? "yes" : "no", field.description ?? "",
  ]);
  return table(caption, ["Field", "Type", "Required", "Meaning"], rows);
}

function operation(api, path, method, details, id) {
  const article = element("article", { id, "aria-labelledby": `${id}-title` });
  article.append(element("h3", { id: `${id}-title` }, element("span", { class: "method" }, method.toUpperCase()), " ", code(path)));
  article.append(element("p", {}, details.summary ?? details.description ?? ""));
  const isPublic = details.security?.some((entry) => Object.keys(entry).length === 0);
  article.append(element("p", {}, isPublic ? "Anybody may call it." : "Needs a signed-in user: a Bearer token or the session cookie."));
  const parameters = (details.parameters ?? []).map((parameter) => [
    code(parameter.name), parameter.in, parameter.required ? "yes" : "no", parameter.description ?? "",
  ]);
  if (parameters.length) article.append(element("h4", {}, "Parameters"), table(`Parameters of ${method} ${path}`, ["Name", "In", "Required", "Meaning"], parameters));
  const body = details.requestBody?.content?.["application/json"]?.schema;
  if (body) article.append(element("h4", {}, "Body: ", code(typeOf(body))), fields(api, `Body of ${method} ${path}`, body));
  const answers = Object.entries(details.responses ?? {}).map(([status, answer]) => {
    const [kind, content] = Object.entries(answer.content ?? {})[0] ?? ["", {}];
    return [code(status), answer.description ?? "", code([typeOf(content.schema), kind].filter(Boolean).join(" · "))];
  });
  article.append(element("h4", {}, "Answers"), table(`Answers of ${method} ${path}`, ["Status", "When", "Body"], answers));
  return article;
}

function show(api) {
  document.getElementById("about").textContent = `${api.info.description} Version ${api.info.version}.`;
  const [contents, main] = [document.getElementById("contents"), document.getElementById("operations")];
  const byTag = new Map((api.tags ?? []).map((tag) => [tag.name, []]));
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((name) => item[name])) {
      const tag = item[method].tags?.[0] ?? "other";
      byTag.set(tag, [...(byTag.get(tag) ?? []), [path, method, item[method]]]);
    }
  }
  for (const [tag, operations] of byTag) {
    main.append(element("h2", {}, tag));
    for (const [path, method, details] of operations) {
      const id = `${method}${path}`.replaceAll(/[^a-z0-9]+/gi, "-").replace(/-$/, "");
      contents.append(element("li", {}, element("a", { href: `#${id}` }, `${method.toUpperCase()} ${path}`)));
      main.append(operation(api, path, method, details, id));
    }
  }
  main.append(element("h2", {}, "Schemas"));
  for (const [name, schema] of Object.entries(api.components.schemas)) {
    const article = element("article", {}, element("h3", {}, code(name)));
    if (schema.description) article.append(element("p", {}, schema.description));
    article.append(schema.properties ? fields(api, `Fields of ${name}`, schema) : element("p", {}, code(typeOf(schema))));
    main.append(article);
  }
}

try {
  show(await (await fetch("/api/openapi.json")).json());
} catch {
  document.getElementById("about").textContent = "The document could not be loaded. Reload the page to try again.";
}
