using AICodeManager.Server.Ground;
using AICodeManager.Server.Keeping.Backups.Format;
using AICodeManager.Server.Keeping.Vault;
using static AICodeManager.Server.Keeping.Backups.Format.BackupDamage;

namespace AICodeManager.Tests.Keeping.Backups;

/// <summary>A file that is not what was written is told by the name of what was done to it. Attacks on the form itself, without a database.</summary>
public sealed class FormatTests
{
    private const int Chunk = BackupHeader.MinChunk, Frame = ChunkFrame.HeadBytes + Chunk + ChunkFrame.TagBytes;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    internal static readonly RootKeys Roots = new(new Secret("the key that made it, forty characters.."));

    [Theory]
    [InlineData(BackupSealing.Encrypted)]
    [InlineData(BackupSealing.Readable)]
    public async Task What_was_written_is_read(string sealing)
    {
        var totals = await ReadAsync(await WriteAsync(sealing));
        Assert.Equal([("small", 2), ("large", 4000)], totals.Tables.Select(table => (table.Table, table.Rows)));
    }

    [Fact]
    public async Task Only_an_unencrypted_backup_can_be_read_without_the_key()
    {
        // Compressed, so it is the unpacked content that is looked for: an encrypted body does not even unpack.
        Assert.True(Unpacks(await WriteAsync(BackupSealing.Readable)));
        Assert.False(Unpacks(await WriteAsync(BackupSealing.Encrypted)));
    }

    [Theory]
    [InlineData(BackupSealing.Encrypted)]
    [InlineData(BackupSealing.Readable)]
    public async Task Cannot_change_a_bit_anywhere(string sealing)
    {
        var whole = await WriteAsync(sealing);
        var body = BodyOf(whole);
        foreach (var (at, expected) in new (int, BackupDamage)[]
        {
            (0, NotABackup), (4, Newer), (20, HeaderAltered), (body - 1, HeaderAltered),
            (body, Altered), (body + 9, Altered), (body + ChunkFrame.HeadBytes, Altered), (body + Frame - 1, Altered), (body + Frame + 100, Altered),
            (whole.Length - 1, Altered), (whole.Length - 100, Altered),
        })
        {
            var changed = whole.ToArray();
            changed[at] ^= 1;
            Assert.Equal((at, expected), (at, await DamageAsync(changed)));
        }
    }

    [Fact]
    public async Task Cannot_cut_off_anything()
    {
        var whole = await WriteAsync();
        var body = BodyOf(whole);
        // Between two parts, too, where every part that is left is genuine.
        foreach (var length in (int[])[3, 8, 30, body - 1, body, body + 5, body + Frame, body + Frame + 1, body + 2 * Frame, whole.Length - 1])
        {
            Assert.Equal((length, length < 4 ? NotABackup : CutOff), (length, await DamageAsync(whole[..length])));
        }
    }

    [Fact]
    public async Task Cannot_append_anything()
    {
        var whole = await WriteAsync();
        Assert.Equal(Appended, await DamageAsync([.. whole, 0]));
        Assert.Equal(Appended, await DamageAsync([.. whole, .. whole]));
        Assert.Equal(Appended, await DamageAsync([.. whole, .. whole[BodyOf(whole)..]]));
    }

    [Fact]
    public async Task Cannot_move_leave_out_or_repeat_a_part()
    {
        var whole = await WriteAsync();
        var body = BodyOf(whole);
        byte[] Part(int number) => whole[(body + number * Frame)..Math.Min(whole.Length, body + (number + 1) * Frame)];
        Assert.True(whole.Length > body + 3 * Frame);
        Assert.Equal(Reordered, await DamageAsync([.. whole[..body], .. Part(1), .. Part(0), .. whole[(body + 2 * Frame)..]]));
        Assert.Equal(Reordered, await DamageAsync([.. whole[..body], .. Part(0), .. whole[(body + 2 * Frame)..]]));
        Assert.Equal(Reordered, await DamageAsync([.. whole[..body], .. Part(0), .. Part(0), .. whole[(body + Frame)..]]));
        // A number that was changed along with the place.
        var lying = Part(1);
        lying[7] = 0;
        Assert.Equal(Altered, await DamageAsync([.. whole[..body], .. lying, .. whole[(body + Frame)..]]));
    }

    [Fact]
    public async Task Cannot_put_a_part_of_another_backup_in()
    {
        var (one, other) = (await WriteAsync(), await WriteAsync());
        Assert.Equal(Altered, await DamageAsync([.. one[..BodyOf(one)], .. other[BodyOf(other)..]]));
        Assert.Equal(Altered, await DamageAsync([.. other[..BodyOf(other)], .. one[BodyOf(one)..]]));
    }

    [Fact]
    public async Task A_wrong_key_is_told_with_the_name_of_the_right_one()
    {
        var whole = await WriteAsync();
        var other = new RootKeys(new Secret("another key, of forty characters as well"));
        var fault = await Assert.ThrowsAsync<BackupException>(() => ReadAsync(whole, other));
        Assert.Equal(WrongKey, fault.Damage);
        Assert.Contains(Roots.Fingerprint, fault.Message, StringComparison.Ordinal);
        Assert.Contains("database.encryption.previous_keys", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_previous_key_opens_what_it_made()
    {
        var rotated = new RootKeys(new Secret("another key, of forty characters as well"), new Secret("the key that made it, forty characters.."));
        Assert.Equal(2, (await ReadAsync(await WriteAsync(), rotated)).Tables.Count);
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(long.MaxValue)]
    public void A_number_comes_back_as_it_went_in(long number)
    {
        var row = new RowBuffer();
        row.Integer(number);
        row.Null();
        row.Text(""u8);
        row.Blob([0, 255]);
        row.Real(-0.5);
        var cursor = new RowCursor(row.Filled.Span);
        Assert.Equal(number, cursor.NextInteger());
        cursor.Next();
        Assert.Equal(ValueKind.Null, cursor.Kind);
        Assert.Equal("", cursor.NextText());
        Assert.Equal([0, 255], cursor.NextBlob().ToArray());
        cursor.Next();
        Assert.Equal((ValueKind.Real, -0.5), (cursor.Kind, cursor.Real));
        Assert.True(cursor.AtEnd);
    }

    /// <summary>A backup of two tables, over at least four parts.</summary>
    private static async Task<byte[]> WriteAsync(string sealing = BackupSealing.Encrypted)
    {
        using var file = new MemoryStream();
        await using (var records = await RecordsAsync(file, sealing))
        {
            await TableAsync(records, "small", 2);
            await TableAsync(records, "large", 4000);
            await records.CompleteAsync(Cancel);
        }

        return file.ToArray();
    }

    /// <summary>What a backup is written with, over any stream.</summary>
    internal static async Task<RecordWriter> RecordsAsync(Stream file, string sealing = BackupSealing.Encrypted)
    {
        var header = new BackupHeader(
            Guid.NewGuid(), DateTimeOffset.UnixEpoch, "1", [1, 2], "sqlite", [BackupContents.Database], sealing, BackupForm.Compression, Chunk, Roots.Fingerprint,
            System.Buffers.Text.Base64Url.EncodeToString(BackupForm.NewSalt()));
        return new RecordWriter(file, await BackupForm.WriteAsync(file, header, Roots, Cancel), Cancel);
    }

    private static async Task TableAsync(RecordWriter records, string name, int count)
    {
        // Random, so that compression leaves enough for several parts.
        var (random, noise) = (new Random(7), new byte[80]);
        using var rows = await records.TableAsync(name, ["id", "text"], Cancel);
        for (var i = 0; i < count; i++)
        {
            random.NextBytes(noise);
            rows.Row.Integer(i);
            rows.Row.Blob(noise);
            if (rows.EndRow())
            {
                await rows.FlushAsync(Cancel);
            }
        }

        await rows.CompleteAsync(Cancel);
    }

    private static Task<BackupTotals> ReadAsync(byte[] file, RootKeys? roots = null) => BackupWalk.RunAsync(
        new MemoryStream(file), roots ?? Roots, _ => Task.FromResult<IRecordSink>(new CountingSink()), null, Cancel);

    private static async Task<BackupDamage?> DamageAsync(byte[] file)
    {
        try
        {
            await ReadAsync(file);
            return null;
        }
        catch (BackupException damage)
        {
            return damage.Damage;
        }
    }

    private static int BodyOf(byte[] file) => 9 + System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(5)) + 32;

    private static bool Unpacks(byte[] file)
    {
        using var unpacked = new System.IO.Compression.BrotliStream(
            new MemoryStream(file[(BodyOf(file) + ChunkFrame.HeadBytes)..]), System.IO.Compression.CompressionMode.Decompress);
        try
        {
            return unpacked.ReadByte() == 'T';
        }
        catch (Exception refused) when (refused is InvalidDataException or InvalidOperationException)
        {
            return false;
        }
    }
}
