using System.Security.Cryptography;
using System.Text;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers;

/// <summary>How <see cref="ProviderPages"/> look: one sheet inside the page, let through by its hash and nothing beside it.</summary>
internal static class PageStyle
{
    // Light and dark as the system is set; colours have a contrast of 4.5 or more (WCAG 2.2, 1.4.3), buttons 44 pixels
    // (2.5.5), letters of a field 16 pixels, below which telephones zoom in. Korean breaks between words.
    public const string Sheet = """
        :root{color-scheme:light dark;--ground:#f3f4f6;--card:#fff;--line:#767b85;--edge:#dfe2e7;--ink:#1a1d23;--soft:#5a606b;--act:#1d4fd7;--on-act:#fff;--wrong:#b3261e}
        @media(prefers-color-scheme:dark){:root{--ground:#121419;--card:#1c1f26;--line:#868d99;--edge:#31353e;--ink:#e9ebef;--soft:#a4abb7;--act:#8fb0ff;--on-act:#0d1c42;--wrong:#ffb4ab}}
        *{box-sizing:border-box}
        body{margin:0;min-height:100vh;min-height:100svh;display:grid;place-items:center;padding:1rem;background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,sans-serif;word-break:keep-all;overflow-wrap:anywhere}
        main{width:100%;max-width:26rem;padding:2rem 1.5rem;background:var(--card);border:1px solid var(--edge);border-radius:.75rem}
        header{color:var(--soft);font-size:.875rem;font-weight:600}
        h1{margin:.25rem 0 .75rem;font-size:1.5rem;line-height:1.3}
        p{margin:0 0 1.25rem}
        .wrong{color:var(--wrong)}
        label{display:block;font-weight:600}
        small{display:block;color:var(--soft);font-size:.875rem}
        input{display:block;width:100%;min-height:2.75rem;margin:.375rem 0;padding:.5rem .75rem;border:1px solid var(--line);border-radius:.5rem;background:var(--card);color:var(--ink);font:inherit;letter-spacing:.08em}
        button,.act{display:block;width:100%;min-height:2.75rem;margin-top:1.25rem;padding:.625rem 1rem;border:0;border-radius:.5rem;background:var(--act);color:var(--on-act);font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
        :focus-visible{outline:3px solid var(--act);outline-offset:2px}
        footer{margin-top:1.5rem;padding-top:.75rem;border-top:1px solid var(--edge);color:var(--soft);font:.75rem/1.5 ui-monospace,monospace}
        """;

    /// <summary>CSP level 3: no script, no style but the sheet, nothing from elsewhere, forms to this server only.</summary>
    public static readonly string ContentPolicy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Sheet)))}'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
}
