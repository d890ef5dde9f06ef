// The one way this project compresses: shared by precompress and size, so that
// what is measured is what is served.
'use strict';
const zlib = require('node:zlib');
const { promisify } = require('node:util');

const brotliCompress = promisify(zlib.brotliCompress);
const gzipCompress = promisify(zlib.gzip);

const brotli = (bytes) =>
  brotliCompress(bytes, {
    params: {
      [zlib.constants.BROTLI_PARAM_QUALITY]: 11,
      [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });

const gzip = (bytes) => gzipCompress(bytes, { level: 9 });

module.exports = { brotli, gzip };
