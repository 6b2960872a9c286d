// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>

#include <array>
#include <string_view>

/// Tokens whose issuers the published mapping of the DeXposure data set gets wrong or does not
/// know, and a few that it gets right, with who does answer for them. Addresses: Aave address
/// book 4.68.1 (tokens and receipts of Aave, and most others); compound-finance/compound-protocol
/// a3214f6 networks/mainnet.json (COMP, SUSHI, cTokens); the Maker chainlog (MKR, DAI, USDS);
/// lidofinance/core deployed-mainnet.json; Kelp-DAO/LRT-rsETH; etherfi-protocol/smart-contracts
/// (weETH); Uniswap default token list 22.21.0 (MIM, GMX); eth-labels bdbdccc (eETH, pufETH,
/// rswETH, pxETH, XVS, 3Crv); etherscan-labels 923aba7 (FTT); README of Terra's Shuttle bridge
/// (wrapped UST).
namespace faultline::tests {

struct GoldIssuer {
    std::string_view symbol;  ///< As the published mapping spells it: in capitals.
    eth::ChainId chain = 1;
    std::string_view address;
    std::string_view issuer;  ///< Slug of config/labels/names.yaml.
    /// Name of the protocol that the mapping should give, in small letters and without blanks, or
    /// how that begins; empty: none of its protocols answers for the token.
    std::string_view published;
};

inline constexpr auto kGoldIssuers = std::to_array<GoldIssuer>({
    {"AAVE", 1, "0x7fc66500c84a76ad7e9c93437bfc5ac33e2ddae9", "aave", "aavev"},
    {"UNI", 1, "0x1f9840a85d5af5bf1d1762f925bdaddc4201f984", "uniswap", "uniswapv3"},
    {"COMP", 1, "0xc00e94cb662c3520282e6f5717214004a7f26888", "compound", "compoundv3"},
    {"MKR", 1, "0x9f8f72aa9304c8b593d555f12ef6589cc3a579a2", "maker", "makerdao"},
    {"CRV", 1, "0xd533a949740bb3306d119cc777fa900ba034cd52", "curve", "curvedex"},
    {"CAKE", 56, "0x0e09fabb73bd3ade0a17ecc321fd13a19e81ce82", "pancakeswap", "pancakeswap"},
    {"SUSHI", 1, "0x6b3595068778dd592e39a122f4f5a5cf09c90fe2", "sushiswap", "sushiswap"},
    {"BAL", 1, "0xba100000625a3754423978a60c9317c58a424e3d", "balancer", "balancerv2"},
    {"XVS", 56, "0xcf6bb5389c92bdda8a3747ddb454cb7a64626c63", "venus", "venuscorepool"},
    {"GMX", 42161, "0xfc5a1a6eb076a2c7ad06ed22c90d7e710e35ad0a", "gmx", "gmxv2"},
    {"SNX", 1, "0xc011a73ee8576fb46f5e1c5751ca3b9fe0af2a6f", "synthetix", "synthetixv"},
    {"RSETH", 1, "0xa1290d69c65a6fe4df752f95823fae25cb99e5a7", "kelp", "kelp"},
    {"EZETH", 1, "0xbf5495efe5db9ce00f80364c8b423567e58d2110", "renzo", "renzo"},
    {"PUFETH", 1, "0xd9a442856c234a39a81a089c06451ebaa4306a72", "puffer", "puffer"},
    {"RSWETH", 1, "0xfae103dc9cf190ed75350761e95403b7b8afa6c0", "swell", "swell"},
    {"SDAI", 1, "0x83f20f44975d03b1b09e64809b757c47f942beea", "maker", "maker"},
    {"PXETH", 1, "0x04c154b66cb340f3ae24111cc767e0184ed00cc6", "dinero", "dinero"},
    {"AUSDC", 1, "0xbcca60bb61934080951369a648fb03df4f96263c", "aave_v2", "aave"},
    {"AWETH", 1, "0x030ba81f1c18d280636f32af80b9aad02cf0854e", "aave_v2", "aave"},
    {"ADAI", 1, "0x028171bca77440897b824ca71d1c56cac55b68a3", "aave_v2", "aave"},
    {"CDAI", 1, "0x5d3a536e4d6dbd6114cc1ead35777bab948e3643", "compound_v2", "compound"},
    {"CETH", 1, "0x4ddc2d193948926d02f9b1fe9e1daa0718270ed5", "compound_v2", "compound"},
    {"CUSDC", 1, "0x39aa39c021dfbae8fac545936693ac917d5e7563", "compound_v2", "compound"},
    {"3CRV", 1, "0x6c3f90f043a72fa612cbac8115ee7e52bde6e490", "curve", "curve"},
    {"WEETH", 1, "0xcd5fe23c85820f7b72d0926fc9b05b43e359b7ee", "etherfi", "ether.fi"},
    {"EETH", 1, "0x35fa164735182de50811e8e2e824cfb9b6118ac2", "etherfi", "ether.fi"},
    {"USDE", 1, "0x4c9edd5852cd905f086c759e8383e09bff1e68b3", "ethena", "ethena"},
    {"SUSDE", 1, "0x9d39a5de30e57443bff2a8307a4256c8797a3497", "ethena", "ethena"},
    {"GHO", 1, "0x40d16fc0246ad3160ccc09b8d0d3a2cd28ae6c2f", "aave", "aave"},
    {"CRVUSD", 1, "0xf939e0a03fb07f59a73314e73794be0e57ac1b4e", "curve", "crv"},
    {"USDS", 1, "0xdc035d45d973e3ec169d2276ddab16f1e407384f", "maker", "maker"},
    {"MIM", 1, "0x99d8a9c45b2eca8864373a26d1459e3dff1e17f3", "abracadabra", "abracadabra"},
    {"FRAX", 1, "0x853d955acef822db058eb8505911ed77f175b99e", "frax", "frax"},
    {"UST", 1, "0xa693b19d2931d498c5b318df961919bb4aee87a5", "terra", "terra"},
    {"UST", 1, "0xa47c8bf37f92abed4a126bda807a7b7498661acd", "terra", "terra"},
    {"FTT", 1, "0x50d1c9771902476076ecfc8b2a83ad6b9355a4c9", "ftx", "ftx"},
    {"USDC", 1, "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", "circle", "circle"},
    {"USDT", 1, "0xdac17f958d2ee523a2206206994597c13d831ec7", "tether", "tether"},
    {"WBTC", 1, "0x2260fac5e5542a773aa44fbcfedf7c193bc2c599", "bitgo", "wbtc"},
    {"ETH", 1, "0x0000000000000000000000000000000000000000", "ethereum", ""},
    {"BTC.B", 43114, "0x152b9d0fdc40c096757f570a51e494bd4b943e50", "lombard", "lombard"},
    {"DAI", 1, "0x6b175474e89094c44da98b954eedeac495271d0f", "maker", "maker"},
    {"WSTETH", 1, "0x7f39c581f595b53c5cb19bd0b3f8da6c935e2ca0", "lido", "lido"},
    {"STETH", 1, "0xae7ab96520de3a18e5e111b5eaab095312d7fe84", "lido", "lido"},
    {"RETH", 1, "0xae78736cd615f374d3085123a210448e74fc6393", "rocket_pool", "rocketpool"},
    {"CBETH", 1, "0xbe9895146f7af43049ca1c1ae358b0541ea49704", "coinbase", "coinbase"},
    {"LINK", 1, "0x514910771af9ca656af840dff83e8264ecf986ca", "chainlink", "chainlink"},
    {"WETH", 1, "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2", "ethereum", ""},
});

}  // namespace faultline::tests
