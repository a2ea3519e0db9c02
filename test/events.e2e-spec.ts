import { events } from './suites/events';

events('express');
