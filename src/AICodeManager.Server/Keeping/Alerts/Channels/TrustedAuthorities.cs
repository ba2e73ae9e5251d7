using System.Security.Cryptography.X509Certificates;

namespace AICodeManager.Server.Keeping.Alerts.Channels;

/// <summary>Who is believed about the certificate of another machine: the system's authorities, or those of one file instead.</summary>
internal static class TrustedAuthorities
{
    /// <param name="file">PEM; null for the system's.</param>
    /// <exception cref="IOException">Or <see cref="UnauthorizedAccessException"/>, or a cryptographic one: the file cannot be used.</exception>
    public static X509ChainPolicy? Of(string? file)
    {
        if (file is null)
            return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(file);
        return policy;
    }
}
