namespace Sidecar.Proxy.Configuration.Security;

/// <summary>Mutual TLS on the traffic port.</summary>
public sealed record ClientCertificateOptions : IValidatableObject
{
    /// <summary>Whether clients have to show a certificate. Default: <see cref="ClientCertificateMode.None"/>.</summary>
    public ClientCertificateMode Mode { get; init; }

    /// <summary>A PEM file of the authorities that clients' certificates are checked against, and no others; read again when it changes.</summary>
    [ExistingFile]
    public string? CaFile { get; init; }

    /// <summary>How many bits an RSA key must have, a client's and those of the authorities between it and one in <see cref="CaFile"/>. Default: 2048.</summary>
    [Range(512, 16384)]
    public int MinimumRsaBits { get; init; } = 2048;

    /// <summary>How many bits a key on an elliptic curve must have, likewise. Default: 224.</summary>
    [Range(112, 521)]
    public int MinimumEcBits { get; init; } = 224;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(CaFile), Mode != ClientCertificateMode.None && CaFile is null ? "given when Mode is optional or require" : null),
        (nameof(CaFile), Pem.AuthoritiesProblem(CaFile) ?? (Mode == ClientCertificateMode.None && CaFile is not null ? "left out unless Mode is optional or require" : null)));
}

/// <summary>Whether clients have to show a certificate.</summary>
public enum ClientCertificateMode
{
    /// <summary>They are not asked for one.</summary>
    None,

    /// <summary>They are asked; one that has none is anonymous, one that is not valid is rejected.</summary>
    Optional,

    /// <summary>A handshake without a valid one fails.</summary>
    Require,
}
