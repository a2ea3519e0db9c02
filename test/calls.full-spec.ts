import { callsWithToken } from './suites/calls';

callsWithToken('express');
