import { accessCatalogue } from './suites/access-catalogue';

accessCatalogue('express');
