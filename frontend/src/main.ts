import { mount } from 'svelte';
import App from './App.svelte';
import { i18n } from './lib/i18n/i18n.svelte';
import { applyTheme, preferences } from './lib/preferences.svelte';
import { router } from './lib/router.svelte';
import { person } from './lib/session.svelte';
import './styles/tokens.css';
import './styles/base.css';
import './styles/fields.css';
import './styles/table.css';

applyTheme(preferences.theme);
await i18n.start();
router.start();
person.start();
mount(App, { target: document.getElementById('app')! });
