/** The dashboard: all runs of a folder, and one of them as it goes on. */
import { mount } from 'svelte';
import '../style.css';
import Dashboard from './Dashboard.svelte';

mount(Dashboard, { target: document.getElementById('app')! });
