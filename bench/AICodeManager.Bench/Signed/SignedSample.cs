using System.Security.Cryptography;
using System.Text;
using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Signing;

namespace AICodeManager.Bench.Signed;

/// <summary>A signed request with content, and beside it what the bare check of its signature takes.</summary>
internal sealed class SignedSample
{
    public const int ContentBytes = 200;

    private const string Label = "sig=";

    public required MemoryRequest Request { get; init; }

    public required byte[] Content { get; init; }

    /// <summary>The bytes that were signed (RFC 9421 section 2.5).</summary>
    public required byte[] Base { get; init; }

    public required byte[] Signature { get; init; }

    /// <exception cref="BenchException">The base that is written here is not the one that was signed.</exception>
    public static SignedSample Make(SigningKey key, string keyId)
    {
        var content = Json();
        var request = new MemoryRequest("POST", new Uri("https://code.example.com/api/v1/projects/0198c0de-0000-7000-8000-000000000001/tasks?dry=1"))
        {
            HasContent = true,
        };
        request.Add("content-type", "application/json");
        request.Add("content-length", $"{content.Length}");
        request.Add("user-agent", "bench/1.0");
        request.Add("accept", "application/json");
        request.Add("content-digest", ContentDigest.Of(content));
        var signed = new RequestSigner(key, keyId).Sign(request);
        request.Add("signature-input", signed.SignatureInput);
        request.Add("signature", signed.Signature);
        var sample = new SignedSample
        {
            Request = request,
            Content = content,
            Signature = Convert.FromBase64String(signed.Signature[(Label.Length + 1)..^1]),
            Base = Encoding.ASCII.GetBytes(
                $"""
                "@method": POST
                "@target-uri": {request.Scheme}://{request.Authority}{request.Target}
                "content-digest": {request.Line("content-digest", 0)}
                "@signature-params": {signed.SignatureInput[Label.Length..]}
                """),
        };
        return key.Public.Verify(sample.Base, sample.Signature)
            ? sample
            : throw new BenchException("The signature base of the bare check is not the one that was signed.");
    }

    // No two alike, so that no cache of a processor or a library knows what comes.
    private static byte[] Json()
    {
        const string Before = """{"approvals":"never","prompt":" """, After = "\"}";
        var prompt = Convert.ToHexString(RandomNumberGenerator.GetBytes(ContentBytes / 2))[..(ContentBytes - Before.Length - After.Length)];
        return Encoding.ASCII.GetBytes(Before + prompt + After);
    }
}
