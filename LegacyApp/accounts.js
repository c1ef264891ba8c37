'use strict';

const accounts = [
  { id: '1001', owner: 'Ada Lovelace', currency: 'EUR', balance: 1842.5 },
  { id: '1002', owner: 'Charles Babbage', currency: 'GBP', balance: -12.75 },
  { id: '1003', owner: 'Grace Hopper', currency: 'USD', balance: 30120.0 },
];

const texts = ['Salary', 'Rent', 'Groceries', 'Insurance', 'Books', 'Train', 'Telephone', 'Refund', 'Coffee', 'Gift'];

exports.find = (id) => accounts.find((account) => account.id === id);

exports.byBalance = () => accounts.toSorted((a, b) => b.balance - a.balance);

exports.statement = (account) =>
  texts.map((text, day) => ({
    date: `2019-03-${String(day + 1).padStart(2, '0')}`,
    text,
    amount: ((Number(account.id) * (day + 3)) % 977) - 400 + day / 4,
  }));
