import { api } from './api/calls';
import { Problem } from './api/problem';
import type { Role, Session } from './api/schema';

const nobody: Session = { signed_in: false, name: '', roles: [], demo: false };

/** Who uses this browser, as the server knows them. */
class Person {
  now = $state.raw<Session>(nobody);
  loaded = $state(false);
  problem = $state.raw<Problem | undefined>();

  has(role: Role): boolean {
    return this.now.roles?.includes(role) ?? false;
  }

  async load(): Promise<void> {
    try {
      this.now = await api.session();
      this.problem = undefined;
    } catch (error) {
      this.problem = Problem.from(error);
    } finally {
      this.loaded = true;
    }
  }

  async signIn(code: string): Promise<void> {
    await api.signIn(code);
    sessionStorage.clear(); // drafts belong to whoever typed them
    await this.load();
  }

  async signOut(): Promise<void> {
    await api.signOut();
    sessionStorage.clear(); // drafts belong to the person who leaves
    await this.load();
  }
}

export const person = new Person();
