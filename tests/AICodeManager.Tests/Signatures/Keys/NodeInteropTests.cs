using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Tests.Signatures.Keys;

/// <summary>Keys and signatures to and from node:crypto, which is another program's use of OpenSSL with its own formats.</summary>
public sealed class NodeInteropTests
{
    // Node's own defaults are the longest salt and DER: clients state both.
    private const string Script = """
        const c = require('node:crypto');
        const ways = {
          PS256: ['rsa', { modulusLength: 2048 }, 'sha256', { padding: c.constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }],
          PS512: ['rsa', { modulusLength: 2048 }, 'sha512', { padding: c.constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 }],
          ES256: ['ec', { namedCurve: 'P-256' }, 'sha256', { dsaEncoding: 'ieee-p1363' }],
          Ed25519: ['ed25519', {}, null, {}],
        };
        const message = Buffer.from('between two programs');
        const ours = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
        const answer = {};
        for (const [name, { pem, jwk, signature }] of Object.entries(ours)) {
          const [type, options, hash, how] = ways[name];
          const check = key => c.verify(hash, message, { key, ...how }, Buffer.from(signature, 'base64'));
          const pair = c.generateKeyPairSync(type, options);
          answer[name] = {
            accepted: check(c.createPublicKey(pem)) && check(c.createPublicKey({ key: JSON.parse(jwk), format: 'jwk' })),
            pem: pair.publicKey.export({ type: 'spki', format: 'pem' }),
            jwk: JSON.stringify(pair.publicKey.export({ format: 'jwk' })),
            privatePem: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }),
            privateJwk: JSON.stringify(pair.privateKey.export({ format: 'jwk' })),
            signature: c.sign(hash, message, { key: pair.privateKey, ...how }).toString('base64'),
          };
        }
        console.log(JSON.stringify(answer));
        """;

    private static readonly byte[] Message = "between two programs"u8.ToArray();

    [Fact]
    public async Task Can_verify_and_be_verified_by_node()
    {
        var ours = Enum.GetValues<SignatureAlgorithm>().Where(a => a != SignatureAlgorithm.Ed25519 || Ed25519.Available).ToDictionary(a => a, a => SigningKey.Generate(a));
        var answer = await AskNode(JsonSerializer.Serialize(ours.ToDictionary(k => k.Key.ToString(), k => new { pem = k.Value.Public.ToPem(), jwk = k.Value.Public.ToJwk(), signature = Signature(k.Value) })));
        foreach (var algorithm in ours.Keys)
        {
            var theirs = answer.GetProperty(algorithm.ToString());
            string Text(string name) => theirs.GetProperty(name).GetString()!;
            Assert.True(theirs.GetProperty("accepted").GetBoolean());
            foreach (var text in new[] { Text("pem"), Text("jwk") })
            {
                using var key = KeyBench.Accepted(text, algorithm);
                Assert.True(key.Verify(Message, Convert.FromBase64String(Text("signature"))));
                Assert.Equal(Text("pem"), key.ToPem());
                Assert.True(SigningKey.TryReadPem(Text("privatePem"), algorithm, out var pair, out var fault, out var why), $"{fault} {why}");
                using (pair)
                {
                    Assert.True(key.Verify(Message, Convert.FromBase64String(Signature(pair))));
                }
            }

            KeyBench.Refused(KeyFault.Private, Text("privatePem"));
            KeyBench.Refused(KeyFault.Private, Text("privateJwk"));
            ours[algorithm].Dispose();
        }
    }

    private static string Signature(SigningKey key)
    {
        var signature = new byte[key.SignatureLength];
        key.Sign(Message, signature);
        return Convert.ToBase64String(signature);
    }

    private static async Task<JsonElement> AskNode(string input)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        using var process = Process.Start(new ProcessStartInfo("node", ["-e", Script])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardInputEncoding = new UTF8Encoding(false),
        })!;
        var complaints = process.StandardError.ReadToEndAsync(patience.Token);
        await process.StandardInput.WriteAsync(input.AsMemory(), patience.Token);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, await complaints);
        return JsonElement.Parse(output);
    }
}
