export interface PageFiles {
  /** Addresses of the page's files in the webview. */
  readonly script: string;
  readonly style: string;
  /** What stands in a policy for the webview's files. */
  readonly cspSource: string;
  /** Changes with each document. */
  readonly nonce: string;
  /** Language of the editor, such as `ko`. */
  readonly language: string;
  /** What the page keeps with its state, for the host that restores it. */
  readonly host: string;
}

/** The document of the dashboard in a webview: its own script and style, no other origin, nothing inline, no `eval`. */
export function pageDocument({ script, style, cspSource, nonce, language, host }: PageFiles): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `img-src ${cspSource} data:`,
    `font-src ${cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="${attribute(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Kindling</title>
<link rel="stylesheet" href="${attribute(style)}">
</head>
<body>
<div id="app" data-host="${attribute(host)}"></div>
<script type="module" nonce="${nonce}" src="${attribute(script)}"></script>
</body>
</html>
`;
}

const attribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
