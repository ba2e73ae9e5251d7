using System.CommandLine;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary>Which kind of key is made.</summary>
internal static class KeyOptions
{
    public static Option<string?> Algorithm(string otherwise)
    {
        var option = new Option<string?>("--key-algorithm")
        {
            Description = $"Kind of the key: ES256, PS256, PS512 or Ed25519 (default: {otherwise})", HelpName = "ALGORITHM",
        };
        option.AcceptOnlyFromAmong([.. Enum.GetNames<SignatureAlgorithm>()]);
        return option;
    }

    /// <summary>Null where none is named.</summary>
    /// <exception cref="CliFailure">This system cannot make such a key.</exception>
    public static SignatureAlgorithm? Read(Invocation call, Option<string?> option)
    {
        if (call.Value(option) is not { } name)
            return null;
        var algorithm = Enum.Parse<SignatureAlgorithm>(name);
        return algorithm is SignatureAlgorithm.Ed25519 && !Ed25519.Available
            ? throw CliFailure.Usage("Ed25519 keys need OpenSSL 3 (libcrypto), which this system does not have; accepted are ES256, PS256 and PS512.")
            : algorithm;
    }
}
