using System.Security.Cryptography;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>An RSA key, for RS and PS alike unless it says otherwise.</summary>
internal sealed class RsaSigningKey : SigningKey
{
    private const int MinBits = 2048;
    private const int MaxBits = 8192;

    private readonly Pool<RSA> _keys;
    private readonly int _signatureLength;

    /// <summary>Takes a key.</summary>
    /// <param name="id">Its <c>kid</c>, or null.</param>
    /// <param name="only">The one algorithm it is for, or null.</param>
    /// <param name="parameters">Modulus and exponent.</param>
    /// <exception cref="CryptographicException">It is no RSA key, or one too small to be safe or too large to be checked in time.</exception>
    public RsaSigningKey(string? id, JwtAlgorithm? only, RSAParameters parameters)
        : base(id, only)
    {
        var modulus = parameters.Modulus.AsSpan().TrimStart((byte)0);
        var exponent = parameters.Exponent.AsSpan().TrimStart((byte)0);
        if (modulus.Length is < MinBits / 8 or > MaxBits / 8 || modulus[0] < 0x80 || (modulus[^1] & 1) == 0)
            throw new CryptographicException($"an RSA modulus has from {MinBits} to {MaxBits} bits, in whole bytes");
        // A larger exponent makes each check as dear as a signature.
        if (exponent.Length is 0 or > 4 || (exponent[^1] & 1) == 0 || exponent is [1])
            throw new CryptographicException("an RSA exponent is odd, more than 1 and at most 32 bits long");
        var clean = new RSAParameters { Modulus = modulus.ToArray(), Exponent = exponent.ToArray() };
        _signatureLength = modulus.Length;
        _keys = new(() => RSA.Create(clean));
        _keys.Return(RSA.Create(clean));
    }

    /// <inheritdoc />
    public override bool Verify(JwtAlgorithm algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != _signatureLength)
            return false;
        var key = _keys.Take();
        var holds = key.VerifyData(data, signature, algorithm.Hash(), algorithm.Padding()!);
        _keys.Return(key);
        return holds;
    }

    /// <inheritdoc />
    protected override bool IsFor(JwtAlgorithm algorithm) => algorithm.Padding() is not null;
}
