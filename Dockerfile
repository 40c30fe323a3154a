# syntax=docker/dockerfile:1
# Runs as a user without rights, on a read-only root file system:
#   docker run --read-only --tmpfs /tmp -v alidade:/data -p 4620:4620 alidade

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The development dependency `node` is the only package with an install script, and this image is that Node already.
RUN npm ci --ignore-scripts && chown node:node .
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.ts scripts/bundle.ts scripts/compile-ahead.ts scripts/prepared-tables.ts ./scripts/
COPY src ./src
# What the build compiles ahead is found by the same account in the same place.
USER node
RUN node scripts/build.ts

FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE README.md ./
RUN mkdir /data && chown node:node /data
USER node
WORKDIR /data
VOLUME /data
EXPOSE 4620
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
  CMD ["node", "--eval", "fetch('http://127.0.0.1:4620/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/cli/main.js"]
CMD ["serve", "--host", "0.0.0.0"]
