using System.Security.Cryptography;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>A key on an elliptic curve, which is for the one algorithm of that curve.</summary>
internal sealed class EcSigningKey : SigningKey
{
    private readonly Pool<ECDsa> _keys;
    private readonly Curve _curve;

    /// <summary>Takes a key.</summary>
    /// <param name="id">Its <c>kid</c>, or null.</param>
    /// <param name="only">The one algorithm it is for, or null.</param>
    /// <param name="curve">The curve, by RFC 7518's name.</param>
    /// <param name="x">The point, exactly as long as the curve's field.</param>
    /// <param name="y">The same.</param>
    /// <exception cref="CryptographicException">There is no such point, or no such curve here.</exception>
    public EcSigningKey(string? id, JwtAlgorithm? only, string? curve, byte[] x, byte[] y)
        : base(id, only)
    {
        _curve = curve switch
        {
            "P-256" => new(JwtAlgorithm.ES256, ECCurve.NamedCurves.nistP256, 32),
            "P-384" => new(JwtAlgorithm.ES384, ECCurve.NamedCurves.nistP384, 48),
            "P-521" => new(JwtAlgorithm.ES512, ECCurve.NamedCurves.nistP521, 66),
            _ => throw new CryptographicException("the curve is not P-256, P-384 or P-521"),
        };
        if (x.Length != _curve.Bytes || y.Length != _curve.Bytes)
            throw new CryptographicException("a coordinate is as long as the curve's field");
        var parameters = new ECParameters { Curve = _curve.Named, Q = new ECPoint { X = x, Y = y } };
        _keys = new(() => ECDsa.Create(parameters));
        _keys.Return(ECDsa.Create(parameters));
    }

    /// <inheritdoc />
    public override bool Verify(JwtAlgorithm algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != 2 * _curve.Bytes)
            return false;
        var key = _keys.Take();
        var holds = key.VerifyData(data, signature, algorithm.Hash(), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        _keys.Return(key);
        return holds;
    }

    /// <inheritdoc />
    protected override bool IsFor(JwtAlgorithm algorithm) => algorithm == _curve.Algorithm;

    private sealed record Curve(JwtAlgorithm Algorithm, ECCurve Named, int Bytes);
}
