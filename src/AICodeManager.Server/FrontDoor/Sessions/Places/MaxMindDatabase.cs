using System.IO.MemoryMappedFiles;
using System.Net;

namespace AICodeManager.Server.FrontDoor.Sessions.Places;

/// <summary>
/// A database of places in MaxMind's format, version 2.0 (maxmind.github.io/MaxMind-DB), of at most 2 GiB, mapped into
/// memory and read from any thread. The file is not trusted: a look-up costs a bounded number of steps and never fails.
/// </summary>
/// <remarks>
/// Put a newer file in its place by renaming, then restart. A mapped file must not be written over or cut short:
/// the system ends a process that reads a mapped page that is gone.
/// </remarks>
internal sealed unsafe class MaxMindDatabase : IDisposable
{
    private readonly MemoryMappedFile mapping;
    private readonly MemoryMappedViewAccessor view;
    private readonly MaxMindMetadata metadata;
    private readonly MaxMindTree tree;
    private readonly byte* start;
    private readonly int length;

    private MaxMindDatabase(MemoryMappedFile mapping, int length)
    {
        (this.mapping, this.length) = (mapping, length);
        view = mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        start += view.PointerOffset;
        try
        {
            metadata = MaxMindMetadata.Read(File);
            tree = new MaxMindTree(File, metadata);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public MaxMindMetadata Metadata => metadata;

    private ReadOnlySpan<byte> File => new(start, length);

    /// <exception cref="InvalidDataException">The file is not in the format, is empty or is larger than 2 GiB.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static MaxMindDatabase Open(string path)
    {
        // Others may delete or rename it meanwhile: that is how a newer one is put in its place.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        if (file.Length is 0 or > int.MaxValue)
            throw new InvalidDataException(file.Length == 0 ? "It is empty." : "It is larger than 2 GiB.");
        var mapping = MemoryMappedFile.CreateFromFile(
            file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        try
        {
            return new MaxMindDatabase(mapping, (int)file.Length);
        }
        catch
        {
            mapping.Dispose();
            throw;
        }
    }

    /// <summary>Where an address is; null where the file does not know, gives no coordinates, or is broken there.</summary>
    public Place? Find(IPAddress address)
    {
        ObjectDisposedException.ThrowIf(view.SafeMemoryMappedViewHandle.IsClosed, this);
        try
        {
            return tree.Find(File, address) is { } offset ? MaxMindPlace.Read(Data, offset) : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Calls a reader with the data section and the offset of an address's record, null where there is none.</summary>
    /// <exception cref="InvalidDataException">The tree, or what the reader sees, is broken.</exception>
    public T Read<T>(IPAddress address, MaxMindReader<T> reader) => reader(Data, tree.Find(File, address));

    public void Dispose()
    {
        if (view.SafeMemoryMappedViewHandle.IsClosed)
            return;
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        mapping.Dispose();
    }

    private ReadOnlySpan<byte> Data => File[metadata.DataStart..metadata.DataEnd];
}

/// <summary>Reads a record of a data section.</summary>
internal delegate T MaxMindReader<T>(ReadOnlySpan<byte> section, int? offset);
