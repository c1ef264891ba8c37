using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Configuration.Security;

/// <summary>Keys that clients send in a header. Of each only the hash is kept.</summary>
public sealed record ApiKeyOptions : IValidatableObject
{
    /// <summary>The header keys are in. Default: <c>X-Api-Key</c>.</summary>
    public string Header { get; init; } = "X-Api-Key";

    /// <summary>Whether the application receives the key, too. Default: no.</summary>
    public bool Forward { get; init; }

    /// <summary>The keys. Default: those of <see cref="File"/>.</summary>
    public IReadOnlyList<ApiKeyEntryOptions> Entries { get; init; } = [];

    /// <summary>A file with more of them, one a line: <c>name:sha256 in hex</c>; <c>#</c> begins a comment. Looked at every second. Default: none.</summary>
    [ExistingFile]
    public string? File { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(Header), !HttpGrammar.IsToken(Header) ? "the name of a header" : null),
        (nameof(Entries), Entries.Count == 0 && File is null ? "at least one entry with Name and Hash, unless File is given" : null),
        (nameof(File), File is not null && Pem.WhyNot(() => ApiKeyFile.Read(File)) is { } problem ? $"a file with name:hash on each line ({problem})" : null));
}

/// <summary>One key.</summary>
public sealed record ApiKeyEntryOptions
{
    /// <summary>Whose key it is, in <c>Access</c> and in logs.</summary>
    [Required(ErrorMessage = "a name of at least one character")]
    public string Name { get; init; } = "";

    /// <summary>The key's SHA-256, as 64 hexadecimal digits. The key itself must be long and random, for there is no salt: 32 random bytes, not a password.</summary>
    [Secret]
    [Required(ErrorMessage = "the SHA-256 of the key, as 64 hexadecimal digits")]
    [RegularExpression("[0-9a-fA-F]{64}", ErrorMessage = "the SHA-256 of the key, as 64 hexadecimal digits")]
    public string Hash { get; init; } = "";
}
