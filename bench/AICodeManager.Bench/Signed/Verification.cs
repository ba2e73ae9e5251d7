using System.Diagnostics;
using System.Security.Cryptography;
using AICodeManager.Server.FrontDoor.ClientKeys.Signed;
using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Verifying;

namespace AICodeManager.Bench.Signed;

/// <summary>
/// The ways to verify one kind of key: the shipped library's whole verification under the server's own policy, the bare
/// cryptographic check, the framework's class by itself, and the whole with the key read from its PEM each time.
/// </summary>
internal sealed class Verification : IDisposable
{
    private const string KeyId = "0198c0de-0000-7000-8000-0000000000aa";

    // Verified one after the other between two looks at the clock: about a millisecond, so that the ways take turns often.
    // Few enough to stay in the processor's caches, as a request does that was just received. They are made anew each round,
    // so that all are within the time that the policy gives them.
    private const int Samples = 32;

    private readonly SignatureVerifier verifier = new(SignatureContract.Requests, TimeProvider.System);
    private readonly SigningKey key;
    private readonly string pem;
    private readonly Func<SignedSample, bool>? framework;
    private readonly IDisposable? frameworkKey;

    public Verification(KeyChoice choice)
    {
        Choice = choice;
        key = choice.Generate();
        pem = key.Public.ToPem();
        (framework, frameworkKey) = OfFramework();
    }

    public KeyChoice Choice { get; }

    public Rounds Whole { get; } = new();

    public Rounds Bare { get; } = new();

    /// <summary>Microseconds of the whole that go into the steps before the key: form, parameters, window, components.</summary>
    public Rounds ReadingMicros { get; } = new();

    /// <summary>Microseconds of the whole that go into comparing the content with its digest.</summary>
    public Rounds DigestMicros { get; } = new();

    public Rounds Framework { get; } = new();

    public Rounds ReadEachTime { get; } = new();

    /// <summary>Allocated by one whole verification.</summary>
    public Rounds Bytes { get; } = new();

    public bool HasFramework => framework is not null;

    /// <summary>One round; the ways take turns of a millisecond.</summary>
    /// <param name="keep">Whether it counts.</param>
    /// <exception cref="BenchException">A right signature was refused.</exception>
    public void Measure(TimeSpan length, bool keep)
    {
        SignedSample[] samples = [.. Enumerable.Range(0, Samples).Select(_ => SignedSample.Make(key, KeyId))];
        Way whole = new(sample => IsRight(sample, key.Public)), bare = new(sample => key.Public.Verify(sample.Base, sample.Signature));
        Way reading = new(sample => verifier.Read(sample.Request).Signature is not null), digest = new(HasContent), naive = new(IsRightByPem);
        var own = framework is null ? null : new Way(framework);
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < length)
        {
            whole.Take(samples);
            bare.Take(samples);
            reading.Take(samples);
            digest.Take(samples);
            own?.Take(samples);
            naive.Take(samples.AsSpan(0, Samples / 8));
        }

        if (!keep)
            return;
        Whole.Add(whole.PerSecond);
        Bare.Add(bare.PerSecond);
        ReadEachTime.Add(naive.PerSecond);
        ReadingMicros.Add(1e6 / reading.PerSecond);
        DigestMicros.Add(1e6 / digest.PerSecond);
        Bytes.Add(whole.Bytes);
        if (own is not null)
            Framework.Add(own.PerSecond);
    }

    public void Dispose()
    {
        frameworkKey?.Dispose();
        key.Dispose();
    }

    private bool IsRight(SignedSample sample, VerifyingKey by) =>
        verifier.Read(sample.Request).Signature is { KeyId: KeyId } signature
        && verifier.IsBy(by, signature, sample.Request)
        && signature.Digest?.Matches(sample.Content) == true;

    private static bool HasContent(SignedSample sample) =>
        ContentDigest.Read(sample.Request.Line("content-digest", 0)).Digest is { } digest && digest.Matches(sample.Content);

    private bool IsRightByPem(SignedSample sample)
    {
        if (!PublicKeys.TryRead(pem, Choice.Algorithm, out var read, out _, out _))
            return false;
        using (read)
            return IsRight(sample, read);
    }

    private (Func<SignedSample, bool>?, IDisposable?) OfFramework()
    {
        if (Choice.Algorithm == SignatureAlgorithm.Ed25519)
            return (null, null); // The framework has none.
        if (Choice.Algorithm == SignatureAlgorithm.ES256)
        {
            var curve = ECDsa.Create();
            curve.ImportFromPem(pem);
            return (sample => curve.VerifyData(sample.Base, sample.Signature, HashAlgorithmName.SHA256), curve);
        }

        var hash = Choice.Algorithm == SignatureAlgorithm.PS512 ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256;
        var rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        return (sample => rsa.VerifyData(sample.Base, sample.Signature, hash, RSASignaturePadding.Pss), rsa);
    }

    /// <summary>One way, its processor time and its allocations.</summary>
    private sealed class Way(Func<SignedSample, bool> isRight)
    {
        private TimeSpan spent;
        private long count, bytes;

        public double PerSecond => count / spent.TotalSeconds;

        public double Bytes => (double)bytes / count;

        public void Take(ReadOnlySpan<SignedSample> turn)
        {
            var bytesBefore = GC.GetAllocatedBytesForCurrentThread();
            var began = ThreadClock.Now;
            foreach (var sample in turn)
            {
                if (!isRight(sample))
                    throw new BenchException("A right signature was refused; was the machine so busy that it became too old?");
            }

            spent += ThreadClock.Now - began;
            bytes += GC.GetAllocatedBytesForCurrentThread() - bytesBefore;
            count += turn.Length;
        }
    }
}
