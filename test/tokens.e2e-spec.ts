import { tokens } from './suites/tokens';

tokens('express');
