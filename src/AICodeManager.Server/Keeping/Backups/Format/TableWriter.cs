using System.Security.Cryptography;

namespace AICodeManager.Server.Keeping.Backups.Format;

/// <summary>Takes the rows of one table.</summary>
internal sealed class TableWriter(RecordWriter records, string name) : IDisposable
{
    private readonly IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Where the values of the next row are put.</summary>
    public RowBuffer Row { get; } = new();

    public long Rows { get; private set; }

    /// <summary>Says that a row is complete; true where <see cref="FlushAsync"/> should follow.</summary>
    public bool EndRow()
    {
        Rows++;
        return Row.Length >= RowBuffer.Enough;
    }

    public async Task FlushAsync(CancellationToken cancel)
    {
        if (Row.Length == 0)
        {
            return;
        }

        digest.AppendData(Row.Filled.Span);
        await records.WriteAsync(RecordKind.Rows, Row.Filled, cancel);
        Row.Clear();
    }

    public async Task CompleteAsync(CancellationToken cancel)
    {
        await FlushAsync(cancel);
        var total = new TableTotal(name, Rows, digest.GetHashAndReset());
        var end = new RowBuffer();
        end.Integer(total.Rows);
        end.Blob(total.Digest);
        await records.WriteAsync(RecordKind.TableEnd, end.Filled, cancel);
        records.Add(total);
    }

    public void Dispose() => digest.Dispose();
}
