using System.Security.Cryptography;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Bench.Encryption;

/// <summary>What sealing and opening one text costs by itself, and what it would cost with a new cipher for each text.</summary>
internal sealed class SealingFigures
{
    private const int Turn = 1024;

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

    /// <summary>One round; each way gets a quarter of the time. Processor time counts, which other programs disturb least.</summary>
    public void Measure(TimeSpan length, bool keep)
    {
        var text = vault.SealBytes(plain, place);
        var box = new byte[plain.Length + GcmBox.Overhead];
        using var one = new AesGcm(key, SealedText.TagBytes);
        GcmBox.Seal(one, plain, [], box);
        var sealing = Micros(length / 4, () => vault.SealBytes(plain, place));
        var opening = Micros(length / 4, () => vault.OpenBytes(text, place));
        var kept = Micros(length / 4, () => GcmBox.Open(one, box, []));
        var anew = Micros(length / 4, () =>
        {
            using var cipher = new AesGcm(key, SealedText.TagBytes);
            return GcmBox.Open(cipher, box, []);
        });
        if (!keep)
            return;
        SealMicros.Add(sealing);
        OpenMicros.Add(opening);
        NewCipherMicros.Add(opening + anew - kept);
    }

    private static double Micros(TimeSpan length, Func<object?> work)
    {
        var began = Environment.CpuUsage.TotalTime;
        long done = 0;
        TimeSpan spent;
        do
        {
            for (var i = 0; i < Turn; i++)
            {
                if (work() is null)
                    throw new BenchException("A sealed text did not open.");
            }

            done += Turn;
            spent = Environment.CpuUsage.TotalTime - began;
        }
        while (spent < length);
        return spent.TotalMicroseconds / done;
    }
}
