using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace AICodeManager.Server.Work.Projects;

/// <summary>The names in an open folder as the bytes they are: a name need not be text.</summary>
internal static class FolderNames
{
    private const int LengthAt = 16, NameAt = 19;

    /// <remarks>Reads on from where the descriptor stands: open the folder anew for a second look.</remarks>
    public static IEnumerable<byte[]> Of(SafeFileHandle folder)
    {
        var buffer = new byte[32 * 1024];
        while (Posix.ReadFolder(folder, buffer) is > 0 and var read)
        {
            // struct linux_dirent64 of getdents64(2): inode, offset, length of the record, type, name.
            for (var at = 0; at < read;)
            {
                var length = BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(at + LengthAt));
                var name = buffer.AsSpan(at + NameAt, length - NameAt);
                name = name[..name.IndexOf((byte)0)];
                at += length;
                if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                    yield return name.ToArray();
            }
        }
    }
}
