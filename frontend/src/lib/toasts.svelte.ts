export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'bad';
  action?: { label: string; run: () => void };
}

const stay = 8000; // milliseconds; a toast with an action stays longer, and none goes while it is touched

/** Short notices at the edge of the screen; nothing that matters stands only here. */
class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;
  #timers = new Map<number, number>();

  show(text: string, options: { tone?: Toast['tone']; action?: Toast['action'] } = {}): number {
    const id = this.#next++;
    this.list.push({ id, text, tone: options.tone ?? 'plain', action: options.action });
    if (this.list.length > 3) this.close(this.list[0]!.id);
    this.resume(id);
    return id;
  }

  close(id: number): void {
    this.pause(id);
    this.list = this.list.filter((t) => t.id !== id);
  }

  pause(id: number): void {
    window.clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  resume(id: number): void {
    const toast = this.list.find((t) => t.id === id);
    if (!toast) return;
    this.pause(id);
    this.#timers.set(id, window.setTimeout(() => this.close(id), toast.action ? stay * 2 : stay));
  }
}

export const toasts = new Toasts();
