namespace AICodeManager.Tests.FrontDoor.Accounts.SecondFactors;

/// <summary>Reads what an authenticator app is given (RFC 4648 section 6), apart from the code that wrote it.</summary>
internal static class Base32Text
{
    public static byte[] Decode(string text)
    {
        List<byte> bytes = [];
        var (bits, held) = (0, 0);
        foreach (var c in text)
        {
            bits = (bits << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal);
            held += 5;
            if (held >= 8)
            {
                held -= 8;
                bytes.Add((byte)(bits >> held));
                bits &= (1 << held) - 1;
            }
        }

        return [.. bytes];
    }
}
