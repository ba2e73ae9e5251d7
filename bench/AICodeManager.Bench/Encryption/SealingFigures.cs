using System.Diagnostics;
using System.Security.Cryptography;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Bench.Encryption;

/// <summary>What sealing and opening one text costs by itself, and what it would cost with a new cipher for each text.</summary>
internal sealed class SealingFigures
{
    private const int Turn = 256;

    private readonly FieldVault vault;
    private readonly byte[] plain;
    private readonly SealedPlace place = new("sessions", "data", $"{Guid.Empty:N}/s:{Guid.Empty:N}", 3);
    private readonly byte[] key = RandomNumberGenerator.GetBytes(DataKey.Bytes);

    /// <param name="bytes">In the text.</param>
    public SealingFigures(int bytes)
    {
        // Never connected to: the one key is there.
        var database = Database.Sqlite(Path.Combine(Path.GetTempPath(), "aicli-bench-none", "never.db"));
        var roots = new RootKeys(new Secret("a key of this measurement, long enough"));
        var keys = new VaultKeys(database, roots, TimeProvider.System);
        keys.Take([new VaultKeyRow { Number = 1, Root = roots.Fingerprint, Wrapped = keys.Wrap(1, key) }]);
        (vault, plain) = (new FieldVault(keys), RandomNumberGenerator.GetBytes(bytes));
    }

    public int Length => plain.Length;

    public Rounds SealMicros { get; } = new();

    public Rounds OpenMicros { get; } = new();

    /// <summary>Opening with a cipher that is made for the one text.</summary>
    public Rounds NewCipherMicros { get; } = new();

    /// <summary>One round; the ways take turns.</summary>
    public void Measure(TimeSpan length, bool keep)
    {
        var text = vault.SealBytes(plain, place);
        var box = new byte[plain.Length + GcmBox.Overhead];
        using (var cipher = new AesGcm(key, SealedText.TagBytes))
            GcmBox.Seal(cipher, plain, [], box);
        long turns = 0;
        TimeSpan sealing = default, opening = default, anew = default, kept = default;
        var began = Stopwatch.GetTimestamp();
        using var one = new AesGcm(key, SealedText.TagBytes);
        for (; Stopwatch.GetElapsedTime(began) < length; turns++)
        {
            sealing += Took(() => vault.SealBytes(plain, place));
            opening += Took(() => vault.OpenBytes(text, place));
            kept += Took(() => GcmBox.Open(one, box, []));
            anew += Took(() =>
            {
                using var cipher = new AesGcm(key, SealedText.TagBytes);
                return GcmBox.Open(cipher, box, []);
            });
        }

        if (!keep)
            return;
        SealMicros.Add(sealing.TotalMicroseconds / turns / Turn);
        OpenMicros.Add(opening.TotalMicroseconds / turns / Turn);
        NewCipherMicros.Add((opening + anew - kept).TotalMicroseconds / turns / Turn);
    }

    private static TimeSpan Took(Func<object?> work)
    {
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < Turn; i++)
        {
            if (work() is null)
                throw new BenchException("A sealed text did not open.");
        }

        return Stopwatch.GetElapsedTime(began);
    }
}
