import {
  type Disposable,
  EventEmitter,
  l10n,
  type TextDocumentContentProvider,
  Uri,
  window,
  workspace,
} from 'vscode';

const scheme = 'kindling';

/** What commands have printed, as read-only documents. */
export class PrintedTexts implements TextDocumentContentProvider, Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new EventEmitter<Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #registration = workspace.registerTextDocumentContentProvider(scheme, this);

  provideTextDocumentContent(uri: Uri): string {
    // An editor that is restored in another window has no text here.
    return this.#texts.get(uri.path) ?? l10n.t('Run the command again to see what it prints.');
  }

  /** Shows a text; it takes the place of an older one of the same title. */
  async show(title: string, text: string): Promise<void> {
    const uri = Uri.from({ scheme, path: title.replaceAll(/[\\/]/g, '-') });
    this.#texts.set(uri.path, text);
    this.#changed.fire(uri);
    await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
