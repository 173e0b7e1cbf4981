# Any image with Node 26 on glibc will do.
ARG NODE_IMAGE=node:26-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
ENV CI=true
COPY . .
RUN node scripts/build.mjs
# From here on only what runs. Installed anew, because pruning would leave the packages' files behind. The image
# brings Node, so the pinned one can go.
RUN rm -rf node_modules apps/*/node_modules packages/*/node_modules \
  && npx --yes "$(node -p 'require("./package.json").packageManager')" install --prod --frozen-lockfile \
  && rm -rf node_modules/.pnpm/node-linux-* node_modules/node-linux-* node_modules/.bin

FROM ${NODE_IMAGE}
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000 DATA_DIR=/data
RUN mkdir /data && chown node:node /data
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/packages packages
COPY --from=build /app/apps/api apps/api
COPY --from=build /app/apps/web/package.json apps/web/
COPY --from=build /app/apps/web/node_modules apps/web/node_modules
COPY --from=build /app/apps/web/build apps/web/build
USER node
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/api/src/main.ts"]
