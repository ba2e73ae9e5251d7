using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace AICodeManager.Server.Ground.Coordination.Redis;

/// <summary>The one script of the room, and the name that Redis knows it by.</summary>
internal static class ExchangeScript
{
    public static readonly string Text = Read();

    /// <summary>SHA-1 of the text: the name that EVALSHA takes. Redis chose the hash; nothing rests on its strength.</summary>
#pragma warning disable CA5350
    public static readonly byte[] Hash = SHA1.HashData(Encoding.UTF8.GetBytes(Text));
#pragma warning restore CA5350

    private static string Read()
    {
        using var text = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("coordination/exchange.lua")!);
        return text.ReadToEnd();
    }
}
