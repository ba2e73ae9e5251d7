using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground.Text;

namespace AICodeManager.Server.FrontDoor.Accounts.PasswordRules;

/// <summary>The list that ships, as sorted truncated hashes; its source and licence stand in the folder's README.</summary>
public static class BreachedPasswords
{
    private const int HashBytes = 5;
    private static readonly byte[] Hashes = Load();

    public static int Count => Hashes.Length / HashBytes;

    /// <param name="normal">The password in NFKC, see <see cref="PasswordText"/>.</param>
    public static bool Contains(string normal)
    {
        var folded = Nfkc.Of(normal.ToLowerInvariant());
        var wanted = SHA256.HashData(Encoding.UTF8.GetBytes(folded)).AsSpan(0, HashBytes);
        var (low, high) = (0, Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            switch (Hashes.AsSpan(middle * HashBytes, HashBytes).SequenceCompareTo(wanted))
            {
                case 0: return true;
                case < 0: low = middle + 1; break;
                default: high = middle - 1; break;
            }
        }

        return false;
    }

    private static byte[] Load()
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream("passwords/breached.bin")
            ?? throw new InvalidOperationException("The list of breached passwords is missing from this build.");
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
