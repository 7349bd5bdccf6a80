-- all sales; newest first
SELECT sale, partner, kind, of, day, amount
FROM lines
ORDER BY day DESC;
