'use strict';

console.error('no database at db:5432');
process.exit(3);
